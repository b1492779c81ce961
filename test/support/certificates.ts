import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { newServerDirectory } from "./debian-server";

/** Self-made certificates: an authority, and a server's for the name `localhost` and no address. */
export function makeCertificates(): {
  authorityFile: string;
  certificate: string;
  key: string;
  otherAuthorityFile: string;
} {
  const directory = newServerDirectory();
  const at = (name: string) => path.join(directory, name);
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: directory, stdio: "pipe" }).toString();
  for (const name of ["authority", "other"]) {
    openssl(
      ..."req -x509 -newkey rsa:2048 -nodes -days 30".split(" "),
      "-subj",
      `/CN=${name}`,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
    );
  }
  openssl(..."req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr".split(" "));
  writeFileSync(at("names"), "subjectAltName=DNS:localhost\n");
  const certificate = openssl(
    ..."x509 -req -in server.csr -CA authority.crt -CAkey authority.key -days 30 -extfile names".split(" "),
  );
  return {
    authorityFile: at("authority.crt"),
    otherAuthorityFile: at("other.crt"),
    certificate,
    key: openssl("pkey", "-in", "server.key"),
  };
}
