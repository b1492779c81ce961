/** A way to make the first call. `language` is what a block of Markdown names it by. */
interface Snippet {
  label: string;
  language: string;
  text: string;
}

/**
 * One call, which answers what the key is and needs no permission, in the languages that most integrations are written
 * in. Programs read the key from their environment, as they should: code with a key in it gets committed.
 * @param base the endpoint, without a slash at the end
 */
export function quickStart(base: string, secret: string): Snippet[] {
  return [
    { label: "curl", language: "sh", text: `curl ${base}/key \\\n  -H "Authorization: Bearer ${secret}"` },
    { label: ".env", language: "sh", text: `KEYWARD_URL=${base}\nKEYWARD_API_KEY=${secret}` },
    {
      label: "JavaScript",
      language: "javascript",
      text: `const response = await fetch("${base}/key", {
  headers: { Authorization: "Bearer " + process.env.KEYWARD_API_KEY },
});
console.log(response.status, await response.json());`,
    },
    {
      label: "Python",
      language: "python",
      text: `import os, urllib.request

request = urllib.request.Request(
    "${base}/key",
    headers={"Authorization": "Bearer " + os.environ["KEYWARD_API_KEY"]},
)
with urllib.request.urlopen(request) as response:
    print(response.status, response.read().decode())`,
    },
    {
      label: "Go",
      language: "go",
      text: `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	request, _ := http.NewRequest("GET", "${base}/key", nil)
	request.Header.Set("Authorization", "Bearer "+os.Getenv("KEYWARD_API_KEY"))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	fmt.Println(response.StatusCode, string(body))
}`,
    },
    {
      label: "PHP",
      language: "php",
      text: `<?php
$context = stream_context_create(["http" => [
    "header" => "Authorization: Bearer " . getenv("KEYWARD_API_KEY"),
    "ignore_errors" => true,
]]);
echo file_get_contents("${base}/key", false, $context), PHP_EOL;`,
    },
    {
      label: "C#",
      language: "csharp",
      text: `using var client = new HttpClient();
var key = Environment.GetEnvironmentVariable("KEYWARD_API_KEY");
client.DefaultRequestHeaders.Authorization = new("Bearer", key);
using var response = await client.GetAsync("${base}/key");
Console.WriteLine($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");`,
    },
  ];
}
