import { ProfileSkeleton } from "@/features/settings/profile/profile-screen";

export default ProfileSkeleton;
