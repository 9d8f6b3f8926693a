export { NewTeam, TeamForm, TeamList } from "./Teams";
