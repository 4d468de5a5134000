import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { freshStudio, newPerson, openBrowser, type Person, type Studio, type Visit } from './studio.ts'

/** What a suite of windows works with; new before each test. */
export type Desk = { studio: Studio; browser: Browser; person: Person; ada: Visit; page: Page }

/**
 * The hooks of a suite: a studio and somebody in it, and for each test and each try of it a window of its own, so that nothing half done is
 * inherited. After each, its pages must have complained of nothing.
 */
export function windows(): Desk {
  const desk = {} as Desk
  beforeAll(async () => {
    desk.studio = await freshStudio()
    desk.browser = await openBrowser()
    desk.person = await newPerson(desk.browser, desk.studio.url)
  })
  beforeEach(async () => {
    await desk.studio.start()
    desk.ada = await desk.person.visit()
    desk.page = desk.ada.page
  })
  afterEach(async () => {
    const { complaints, context } = desk.ada
    await context.close()
    expect(complaints).toEqual([])
  })
  afterAll(async () => {
    await desk.browser?.close()
    await desk.studio?.remove()
  })
  return desk
}
