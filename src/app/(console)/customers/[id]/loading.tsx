import { CustomerSkeleton } from "@/features/customers/customer-screen";

export default CustomerSkeleton;
