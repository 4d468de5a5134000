import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Running, serve } from '../harness.ts'

export const FORMATS = ['webp', 'avif', 'jpeg'] as const
export type Format = (typeof FORMATS)[number]
export const WIDTHS = [600, 605, 610, 615, 620, 625, 630, 635, 645, 650]

const PEERS = join(import.meta.dirname, '../peers/delivery')
const NEXT = join(PEERS, 'next')
const NEXT_CLI = join(PEERS, 'node_modules/next/dist/bin/next')
const node = process.execPath

export type Contender = {
  /** A fresh server on this port, which has made nothing yet. */
  start(port: number): Promise<Running>
  /** The same photographs, widths and qualities, as this one is asked for them. */
  urls(base: string, format: Format): Promise<string[]>
  /** Formats in which it makes what the others make. */
  formats: readonly Format[]
}

/** The studio, the floor (node:http and sharp), ipx and Next, installed and built if they are not. */
export function contenders(folder: string, photos: readonly string[]) {
  install(folder)
  const each = async (urlOf: (photo: string, width: number) => string) =>
    photos.flatMap((photo) => WIDTHS.map((width) => urlOf(basename(photo), width)))
  const at = (port: number) => ({ url: `http://127.0.0.1:${port}/` })
  const quality = (format: Format) => (format === 'avif' ? 50 : 80)

  return {
    studio: {
      start: (port) =>
        serve([node, join(import.meta.dirname, 'server.ts'), `${port}`, WIDTHS.join(), ...photos], {
          url: `http://127.0.0.1:${port}/urls`,
        }),
      urls: async (base, format) => ((await (await fetch(`${base}/urls`)).json()) as Record<Format, string[]>)[format],
      formats: FORMATS,
    },
    floor: {
      start: (port) => serve([node, join(PEERS, 'floor.mjs'), `${port}`, folder], at(port)),
      urls: (base, format) => each((photo, width) => `${base}/${photo}?w=${width}&fm=${format}`),
      formats: FORMATS,
    },
    ipx: {
      start: (port) => serve([node, join(PEERS, 'ipx.mjs'), `${port}`, folder], at(port)),
      urls: (base, format) => each((photo, width) => `${base}/w_${width},f_${format},q_${quality(format)}/${photo}`),
      formats: FORMATS,
    },
    next: {
      start: (port) => {
        // It keeps what it made, from one start to the next.
        rmSync(join(NEXT, '.next/cache/images'), { recursive: true, force: true })
        return serve([node, NEXT_CLI, 'start', '-H', '127.0.0.1', '-p', `${port}`], { ...at(port), cwd: NEXT, env: nextEnv() })
      },
      // The format follows from Accept, AVIF's quality from WebP's.
      urls: (base) => each((photo, width) => `${base}/_next/image?url=${encodeURIComponent(`/${photo}`)}&w=${width}&q=80`),
      // Its JPEG is mozjpeg's: other work for other bytes.
      formats: ['webp', 'avif'],
    },
  } satisfies Record<string, Contender>
}

const nextEnv = () => ({ ...process.env, WIDTHS: WIDTHS.join(), NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' })

function install(folder: string): void {
  const must = (what: string, { status }: { status: number | null }) => {
    if (status !== 0) throw new Error(`${what} failed`)
  }
  if (!existsSync(join(PEERS, 'node_modules/ipx')) || !existsSync(NEXT_CLI))
    must('installing the peers', spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: PEERS, stdio: 'inherit' }))
  rmSync(join(NEXT, 'public'), { force: true })
  symlinkSync(folder, join(NEXT, 'public'))
  const quiet = ['ignore', 'ignore', 'inherit'] as const
  must('building the Next app', spawnSync(node, [NEXT_CLI, 'build'], { stdio: [...quiet], cwd: NEXT, env: nextEnv() }))
}

/**
 * AWS Dynamic Image Transformation 8.0.1 (Lambda handler, sharp 0.34.5, stub S3 on disk), which is not run here: pictures a second at four
 * at once, and this floor's in the same run, 12 MP to 640 px, on 2 vCPUs on 2026-11-21.
 */
export const DIT_RECORDED: Record<Format, { dit: number; floor: number }> = {
  webp: { dit: 23.2, floor: 33.4 },
  avif: { dit: 2.64, floor: 14.8 },
  jpeg: { dit: 34.2, floor: 41.8 },
}
