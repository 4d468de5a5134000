import type { Browser } from 'playwright-core'

type TraceEvent = { name: string; ph: string; pid: number; tid: number; tdur?: number; args?: { name?: string } }
/** Microseconds. Shorter ones are not kept: there are tens of thousands. */
const SHORTEST = 1000

/**
 * The CPU that each task of a page's main thread took while the work ran, longest first, in ms, from Chromium's trace. A long task is told
 * by the clock, which on a shared machine also counts the waiting for a core; this does not.
 */
export async function cpuOfTasks(browser: Browser, work: () => Promise<unknown>): Promise<number[]> {
  const session = await browser.newBrowserCDPSession()
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value as unknown as TraceEvent[])
      if (event.name === 'thread_name' || (event.ph === 'X' && (event.tdur ?? 0) >= SHORTEST)) events.push(event)
  })
  const traceConfig = { includedCategories: ['disabled-by-default-devtools.timeline'], recordMode: 'recordAsMuchAsPossible' as const }
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig })
  await work()
  const complete = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()))
  await session.send('Tracing.end')
  await complete
  await session.detach()

  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf))
  return events
    .filter((event) => /\bRunTask$/.test(event.name) && mains.has(threadOf(event)))
    .map(({ tdur = 0 }) => tdur / 1000)
    .sort((a, b) => b - a)
}
