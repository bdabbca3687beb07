// The recovery words as a file that opens anywhere and prints well, and the words out of such a file (docs/spec/app.md, AP-70).

export interface KitTexts {
  readonly title: string;
  readonly about: string;
  readonly qrPath: string;
  readonly qrSize: number;
  readonly lang: string;
  readonly dir: "ltr" | "rtl";
}

/** A page without scripts, styles of others or anything that is fetched. */
export function kitPage(words: readonly string[], texts: KitTexts): string {
  const { title, about, qrPath, qrSize, lang, dir } = texts;
  const list = words.map((word) => `<li>${escape(word)}</li>`).join("");
  return `<!doctype html>
<html lang="${escape(lang)}" dir="${dir}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>
body { max-inline-size: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
ol { columns: 3 9rem; direction: ltr; font-weight: 600; }
svg { inline-size: 14rem; background: #fff; }
</style>
<h1>${escape(title)}</h1>
<p>${escape(about)}</p>
<ol data-words="${escape(words.join(" "))}">${list}</ol>
<svg viewBox="0 0 ${qrSize} ${qrSize}" role="img"><path d="${escape(qrPath)}"/></svg>
</html>
`;
}

/** The words of a kit's file, or the text itself: as they are, to be judged by whoever reads words. */
export function wordsIn(text: string): string {
  return /data-words="([a-z ]{1,400})"/.exec(text)?.[1] ?? text;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
