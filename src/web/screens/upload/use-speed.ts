import { useEffect, useRef, useState } from 'react'
import { speedOf } from '../../upload/queue.ts'

const WINDOW_MS = 4000

/** Bytes a second over the last moments; 0 when nothing is under way. */
export function useSpeed(sent: number, isBusy: boolean): number {
  const samples = useRef<{ at: number; sent: number }[]>([])
  const latest = useRef(sent)
  const [speed, setSpeed] = useState(0)
  latest.current = sent
  useEffect(() => {
    samples.current = []
    if (!isBusy) return setSpeed(0)
    const timer = setInterval(() => {
      const now = performance.now()
      samples.current = [...samples.current.filter(({ at }) => now - at < WINDOW_MS), { at: now, sent: latest.current }]
      setSpeed(speedOf(samples.current))
    }, 500)
    return () => clearInterval(timer)
  }, [isBusy])
  return speed
}
