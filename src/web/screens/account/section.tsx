import type { ReactNode } from 'react'
import styles from './account.module.css'

/** One matter of a panel: its name, what it is about, and what can be done. */
export function Section({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      {lead && <p className={styles.lead}>{lead}</p>}
      {children}
    </section>
  )
}
