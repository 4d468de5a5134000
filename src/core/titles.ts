const LONGEST_TITLE = 80

/** A first title from a file's name: without folders and extension, separators as spaces. */
export function titleOfFile(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? fileName
  const bare = base.replace(/\.[^.]{1,5}$/, '').replace(/[_\s]+/g, ' ')
  return shorten(bare.trim() || base)
}

/** A first title from a prompt: its beginning, cut between words where the language has them. */
export const titleOfPrompt = (prompt: string | undefined, otherwise: string): string =>
  shorten((prompt ?? '').replace(/\s+/g, ' ').trim() || otherwise)

function shorten(text: string): string {
  const letters = [...text]
  if (letters.length <= LONGEST_TITLE) return text
  const cut = letters.slice(0, LONGEST_TITLE - 1).join('')
  const space = cut.lastIndexOf(' ')
  return `${space > LONGEST_TITLE / 2 ? cut.slice(0, space) : cut}…`
}
