// The web app in Debian's Chromium, against the real server in a fresh directory: `npm run bench -- studio [SECONDS [script scroll lighthouse]]`.
import { freshStudio, newEmail, openBrowser, register, visit } from '../e2e/browser/studio.ts'
import { benchLighthouse } from './studio/lighthouse.ts'
import { benchScript } from './studio/script.ts'
import { benchScroll } from './studio/scroll.ts'

const [seconds = '20', ...only] = process.argv.slice(2)
const wants = (part: string) => only.length === 0 || only.includes(part)
const studio = await freshStudio()
const browser = await openBrowser()
try {
  const { page } = await visit(browser, { serviceWorkers: 'block' })
  await register(page, { url: studio.url, email: newEmail() })
  if (wants('script')) await benchScript(page, studio.url)
  if (wants('scroll')) await benchScroll(browser, page, { url: studio.url, seconds: Number(seconds) })
  if (wants('lighthouse')) await benchLighthouse(studio)
} finally {
  await browser.close()
  await studio.remove()
}
process.exit()
