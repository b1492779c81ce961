-- online: reads every key, while they are written
ALTER TABLE "api_keys" VALIDATE CONSTRAINT "api_keys_manages_known";
