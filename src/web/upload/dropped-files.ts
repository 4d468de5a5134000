/** Every file of a drop, those inside folders included. The entries must be taken before the first pause: the list is emptied after it. */
export async function filesOf(dropped: DataTransfer): Promise<File[]> {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.())
  if (!entries.some((entry) => entry?.isDirectory)) return [...dropped.files]
  const found = await Promise.all(entries.map((entry) => (entry ? walk(entry) : [])))
  return found.flat()
}

async function walk(entry: FileSystemEntry): Promise<File[]> {
  // Hidden files of the system (.DS_Store, Thumbs.db) are nobody's pictures.
  if (entry.name.startsWith('.') || entry.name === 'Thumbs.db') return []
  if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))]
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const files: File[] = []
  // A reader gives at most a hundred entries at a time, and none when it is at its end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (entries.length === 0) return files
    for (const inside of entries) files.push(...(await walk(inside)))
  }
}
