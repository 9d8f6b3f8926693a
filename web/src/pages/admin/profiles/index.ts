export { NewProfile, ProfileForm } from "./ProfileForm";
export { ProfileList } from "./ProfileList";
