import type { MailContent } from "@/contracts/mails";
import { type CleanText, cleaned } from "@/contracts/text";

/** A mail in both its forms (RFC 2046, section 5.1.4). */
export interface MailBodies {
  text: string;
  html: string;
}

/**
 * One line of clean text. A line end in a subject or a name would begin a header of the sender's own ("Bcc: …"): the library
 * encodes them, and this leaves nothing for it to encode.
 */
export function oneLine(text: string): CleanText {
  return cleaned(cleaned(text).replace(/\s+/g, " ").trim());
}

const HTML_ESCAPES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => HTML_ESCAPES[character] ?? "");

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',sans-serif";

/**
 * Plain text and HTML of the same content. Nothing is loaded from anywhere: a picture would tell when and where a mail is
 * read. The address of the button stands below it as text, for whoever does not press buttons in mails.
 */
export function renderMail({ headline, paragraphs, action, footer }: MailContent): MailBodies {
  const lines = [headline, ...paragraphs].map(oneLine);
  const text = [
    ...lines,
    ...(action ? [`${oneLine(action.label)}:\n${action.url}`] : []),
    `-- \n${oneLine(footer)}`,
  ].join("\n\n");
  const [head = "", ...rest] = lines.map(escaped);
  const body = [
    `<h1 style="margin:0 0 16px;font-size:20px;line-height:28px">${head}</h1>`,
    ...rest.map((paragraph) => `<p style="margin:0 0 16px">${paragraph}</p>`),
    ...(action ? buttonOf(action) : []),
    `<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #d4d4d8;font-size:13px;line-height:20px;color:#71717a">${escaped(oneLine(footer))}</p>`,
  ].join("\n");
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${head}</title></head>
<body style="margin:0;padding:24px;${FONT};font-size:15px;line-height:24px">
<div style="max-width:560px;margin:0 auto">
${body}
</div>
</body>
</html>
`;
  return { text: `${text}\n`, html };
}

function buttonOf({ label, url }: { label: string; url: string }): string[] {
  const address = escaped(url);
  return [
    `<p style="margin:0 0 16px"><a href="${address}" style="display:inline-block;padding:10px 16px;border-radius:6px;background:#18181b;color:#ffffff;text-decoration:none;font-weight:600">${escaped(oneLine(label))}</a></p>`,
    `<p style="margin:0 0 16px;font-size:13px;line-height:20px;color:#71717a;word-break:break-all">${address}</p>`,
  ];
}
