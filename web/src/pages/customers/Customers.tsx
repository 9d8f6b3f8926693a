import "./mantine.css";
import "../../i18n/customers";
import { Route, Routes } from "react-router";
import { CustomerForm } from "./CustomerForm";
import { CustomerList } from "./CustomerList";
import { CustomerPage } from "./CustomerPage";
import { Duplicates, Merge } from "./Merge";

export default function Customers() {
  return (
    <Routes>
      <Route index element={<CustomerList />} />
      <Route path="new" element={<CustomerForm />} />
      <Route path="duplicates" element={<Duplicates />} />
      <Route path=":id" element={<CustomerPage />} />
      <Route path=":id/edit" element={<CustomerForm />} />
      <Route path=":id/merge/:other" element={<Merge />} />
    </Routes>
  );
}
