export { Areas } from "./Areas";
export { Nav } from "./Nav";
