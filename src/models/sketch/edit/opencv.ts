import { createRequire } from 'node:module'

/** What of OpenCV's wasm build is used here. A Mat lives in wasm memory, which no garbage collector sees: each must be deleted. */
export type Mat = { data: Uint8Array; data64F: Float64Array; rows: number; cols: number; delete: () => void }
type OpenCv = {
  Mat: new (rows?: number, cols?: number, type?: number) => Mat
  Rect: new (x: number, y: number, width: number, height: number) => unknown
  CV_8UC1: number
  CV_8UC3: number
  CV_64FC1: number
  INPAINT_NS: number
  INPAINT_TELEA: number
  GC_EVAL: number
  inpaint: (source: Mat, mask: Mat, out: Mat, radius: number, method: number) => void
  grabCut: (image: Mat, mask: Mat, rect: unknown, background: Mat, foreground: Mat, iterations: number, mode: number) => void
  onRuntimeInitialized?: () => void
}

let loading: Promise<{ cv: OpenCv }> | undefined

/** The library, loaded at first use: ten megabytes that most requests never need. */
function openCv(): Promise<{ cv: OpenCv }> {
  loading ??= load()
  return loading
}

async function load(): Promise<{ cv: OpenCv }> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => process.listeners(event as 'uncaughtException'))
  // By require: the module has a `then` that answers with itself, so awaiting an import of it can wait for ever.
  const cv = createRequire(import.meta.url)('@techstark/opencv-js') as OpenCv
  // Its loader answers every unhandled rejection of the process by aborting wasm: not its business.
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i]!.includes(listener)) process.removeListener(event, listener)
    }
  })
  if (typeof cv.Mat !== 'function') {
    await new Promise<void>((resolve) => {
      cv.onRuntimeInitialized = resolve
    })
  }
  // In a box, for the same reason.
  return { cv }
}

type Bench = { cv: OpenCv; mat: (rows?: number, cols?: number, type?: number, data?: ArrayLike<number>) => Mat }

/** Runs work on Mats and deletes every one of them afterwards, whatever happens. */
export async function withMats<T>(work: (bench: Bench) => T): Promise<T> {
  const { cv } = await openCv()
  const made: Mat[] = []
  const mat: Bench['mat'] = (rows, cols, type, data) => {
    const one = rows === undefined ? new cv.Mat() : new cv.Mat(rows, cols, type)
    made.push(one)
    if (data) (type === cv.CV_64FC1 ? one.data64F : one.data).set(data)
    return one
  }
  try {
    return work({ cv, mat })
  } finally {
    for (const one of made) one.delete()
  }
}
