import { TeamSkeleton } from "@/features/team/team-screen";

export default TeamSkeleton;
