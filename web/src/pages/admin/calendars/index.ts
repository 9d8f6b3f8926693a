export { CalendarForm, NewCalendar } from "./CalendarForm";
export { CalendarList } from "./CalendarList";
