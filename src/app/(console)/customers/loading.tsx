import { CustomersSkeleton } from "@/features/customers/customers-screen";

export default CustomersSkeleton;
