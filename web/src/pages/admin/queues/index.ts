export { NewQueue, QueueForm } from "./QueueForm";
export { QueueList } from "./QueueList";
