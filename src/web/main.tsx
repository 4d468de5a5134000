import './styles/tokens.css'
import './styles/base.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startI18n } from './i18n.ts'
import { startTheme } from './lib/theme.ts'
import { startSession } from './session/session.ts'
import { startParts } from './ui/parts.ts'

startTheme()
startSession()
startParts()
await startI18n()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
