export { BrandingForm } from "./BrandingForm";
