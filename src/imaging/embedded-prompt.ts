import type { Metadata } from 'sharp'

/** PNG text chunks that the known tools write their settings into, the most telling first. */
const KEYWORDS = ['parameters', 'prompt', 'invokeai_metadata', 'sd-metadata', 'Dream']
/** Characters kept: a ComfyUI graph may run to hundreds of kilobytes, a record may not. */
export const MAX_EMBEDDED_PROMPT = 8_000

/** The settings that Automatic1111, ComfyUI or InvokeAI left in a PNG, as written, cut at `MAX_EMBEDDED_PROMPT` characters. */
export function embeddedPrompt({ comments = [] }: Pick<Metadata, 'comments'>): string | undefined {
  for (const wanted of KEYWORDS) {
    const found = comments
      .find(({ keyword }) => keyword === wanted)
      ?.text.replaceAll('\0', '')
      .trim()
    if (found) return found.slice(0, MAX_EMBEDDED_PROMPT)
  }
  return undefined
}
