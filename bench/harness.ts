import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** CPU of a process and all below it, user and system, seconds. Linux: from /proc, in ticks of 10 ms. */
export function cpuSeconds(pid: number): number {
  // The name, in parentheses, may hold anything; the fields after it do not.
  const fieldsOf = (of: number | string) =>
    readFileSync(`/proc/${of}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
  const children = new Map<number, number[]>()
  const ticks = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const fields = fieldsOf(name)
      const parent = Number(fields[1])
      children.set(parent, [...(children.get(parent) ?? []), Number(name)])
      // Its own, and what its ended children had.
      ticks.set(
        Number(name),
        [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0),
      )
    } catch {
      // It ended while we looked.
    }
  }
  const sum = (of: number): number => (ticks.get(of) ?? 0) + (children.get(of) ?? []).reduce((all, child) => all + sum(child), 0)
  return sum(pid) / 100
}

export type Spread = { median: number; min: number; max: number }

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return { median: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2, min: sorted[0]!, max: sorted.at(-1)! }
}

/** The value below which `share` of them lie. */
export const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))]!

/**
 * Runs every contender once a round, in an order that turns with the round, so that a machine that slows down slows all of them. Gives
 * what each measured, by name.
 */
export async function rounds<T>(count: number, contenders: Record<string, () => Promise<T>>): Promise<Record<string, T[]>> {
  const names = Object.keys(contenders)
  const results: Record<string, T[]> = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < count; round++) {
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round) % names.length]!
      results[name]!.push(await contenders[name]!())
    }
  }
  return results
}

export type Running = { process: ChildProcess; pid: number; url: string; stop(): Promise<void> }

/** Starts a server and waits until it answers at `url`. */
export async function serve(command: [string, ...string[]], { url, ...options }: { url: string } & SpawnOptions): Promise<Running> {
  const [program, ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(late)
  }
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode} before it answered`)
    if (
      await fetch(url).then(
        (response) => response.body?.cancel().then(() => true) ?? true,
        () => false,
      )
    )
      return { process: child, pid: child.pid!, url, stop }
    await pause(100)
  }
  await stop()
  throw new Error(`${program} did not answer at ${url} within 60 s`)
}

/** Asks for all URLs, `atOnce` at a time; milliseconds each took, in all, and of CPU in the server. */
export async function load(
  urls: readonly string[],
  { atOnce, pid, headers }: { atOnce: number; pid: number; headers: Record<string, string> },
) {
  const latencies: number[] = []
  const left = [...urls]
  const cpuBefore = cpuSeconds(pid)
  const began = performance.now()
  const one = async () => {
    for (let url = left.shift(); url; url = left.shift()) {
      const at = performance.now()
      const response = await fetch(url, { headers })
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`${response.status} for ${url}`)
      latencies.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, one))
  const ms = performance.now() - began
  return { latencies, perSecond: (urls.length / ms) * 1000, cpuMs: ((cpuSeconds(pid) - cpuBefore) / urls.length) * 1000 }
}

/** A row as printed: the ratio with its spread, and what it should be. */
export function tell(row: string, values: readonly number[], unit = '×', goal = ''): void {
  const { median, min, max } = spreadOf(values)
  const show = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
  console.log(`${row.padEnd(64)} ${show(median)}${unit} [${show(min)}–${show(max)}]${goal && `  goal ${goal}`}`)
}

/** Pairs two contenders round by round. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): number[] => ours.map((value, at) => value / theirs[at]!)
