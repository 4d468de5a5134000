// @ts-expect-error the package ships no types
import aslValidator from 'asl-validator'
import { describe, expect, it } from 'vitest'
import { StudioError } from '#core/errors.ts'
import type { TaskHandler } from '#core/ports/workflows.ts'
import { generationTasks } from '#core/use-cases/generation-tasks.ts'
import { processingTasks } from '#core/use-cases/processing-tasks.ts'
import { aslWorkflows, readWorkflow } from './asl-workflows.ts'

const validate = ((aslValidator as any).default ?? aslValidator) as (document: unknown) => {
  isValid: boolean
  errorsText: (by: string) => string
}

type Node = { Type?: string; States?: Record<string, Node>; [field: string]: unknown }
/** Every state of a document with its name, nested ones too. */
function statesOf(node: Node): [string, Node][] {
  const here = Object.entries(node.States ?? {})
  const nested = here.flatMap(([, state]) => [state['ItemProcessor'], ...((state['Branches'] as Node[]) ?? [])].filter(Boolean) as Node[])
  return [...here, ...nested.flatMap(statesOf)]
}

const tasks = { generation: generationTasks({} as any), processing: processingTasks({} as any) }

describe.each(['generation', 'processing'] as const)('%s.asl.json', (name) => {
  const document = readWorkflow(name) as unknown as Node

  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(structuredClone(document))
    expect(isValid, errorsText('\n')).toBe(true)
  })

  it('keeps to what both interpreters run: JSONPath, no variables, no task tokens, no services of its own', () => {
    const text = JSON.stringify(document)
    expect(text).not.toMatch(
      /QueryLanguage|JSONata|\{%|"Assign"|"Arguments"|"Output"|waitForTaskToken|Task\.Token|Tolerated|ItemReader|ResultWriter/,
    )
    for (const [, { Resource }] of statesOf(document)) expect(Resource ?? 'arn:aws:lambda:').toMatch(/^arn:aws:lambda:/)
  })

  it('names every state once, and every task has a handler', () => {
    const names = statesOf(document).map(([state]) => state)
    expect(new Set(names).size).toBe(names.length)
    const taskNames = statesOf(document).flatMap(([state, { Type }]) => (Type === 'Task' ? [state] : []))
    expect(taskNames.sort()).toEqual(Object.keys(tasks[name]).sort())
  })

  it('bounds every task in time', () => {
    for (const [state, { Type, TimeoutSeconds }] of statesOf(document))
      if (Type === 'Task') expect(TimeoutSeconds, state).toBeGreaterThan(0)
  })
})

const fine: Record<string, TaskHandler> = Object.fromEntries(
  ['Inspect', 'Render', 'Moderate', 'Publish', 'Tell', 'Fail'].map((state) => [state, async () => ({ imageId: 'i', go: true })]),
)
const withTasks = (processing: Record<string, TaskHandler>) =>
  aslWorkflows({ handlers: { generation: {}, processing: { ...fine, ...processing } }, retryPauseMs: 0 })

it('names the error of a task by its code, and hands permanent ones to Fail', async () => {
  const seen: unknown[] = []
  const away = withTasks({ Render: () => Promise.reject(new StudioError('unavailable', 'away')) })
  expect(await away.run('processing', 'i', { imageId: 'i' })).toEqual({ outcome: 'failed', error: 'Genzo.unavailable', cause: 'away' })
  const wrong = withTasks({
    Inspect: () => Promise.reject(new StudioError('unsupported_type', 'no picture')),
    Fail: async (input) => ({ seen: seen.push(input) }),
  })
  expect(await wrong.run('processing', 'i', { imageId: 'i' })).toMatchObject({ outcome: 'succeeded' })
  expect(seen).toEqual([{ imageId: 'i', error: { Error: 'Genzo.unsupported_type', Cause: 'no picture' } }])
})

it('joins a run of the same id while it runs, and starts a new one afterwards', async () => {
  let inspected = 0
  let release: (() => void) | undefined
  const flows = withTasks({
    Inspect: async () => {
      inspected += 1
      await new Promise<void>((resolve) => (release = resolve))
      return { imageId: 'i', go: false }
    },
  })
  const both = [flows.run('processing', 'i', { imageId: 'i' }), flows.run('processing', 'i', { imageId: 'i' })]
  await expect.poll(() => release).toBeDefined()
  release?.()
  expect(await Promise.all(both)).toHaveLength(2)
  expect(inspected).toBe(1)
  const third = flows.run('processing', 'i', { imageId: 'i' })
  await expect.poll(() => inspected).toBe(2)
  release?.()
  await third
})

it('stops between tasks when aborted', async () => {
  const stop = new AbortController()
  const seen: string[] = []
  const flows = withTasks({
    Inspect: async () => {
      stop.abort()
      return { imageId: 'i', go: true }
    },
    Render: async () => ({ seen: seen.push('render') }),
  })
  expect(await flows.run('processing', 'i', { imageId: 'i' }, stop.signal)).toMatchObject({ outcome: 'failed', error: 'States.Aborted' })
  expect(seen).toEqual([])
})
