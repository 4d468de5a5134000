import type { Audit, AuditEntry, Rates, Settings } from '#core/ports/operations.ts'
import { type Db, parsed, parsedAll } from './sqlite.ts'

export function sqliteRates({ db }: { db: Db }): Rates {
  const find = db.prepare('select tokens, at from rate where key = ?')
  const put = db.prepare('insert into rate values (?, ?, ?) on conflict do update set tokens = excluded.tokens, at = excluded.at')
  return {
    take: async (key, { perMinute, burst, now }) =>
      db.transaction(() => {
        const row = find.get(key)
        // A clock that went back earns nothing, and takes nothing away.
        const at = Math.max(now, Number(row?.['at'] ?? now))
        const earned = row ? ((at - Number(row['at'])) * perMinute) / 60_000 : 0
        const tokens = row ? Math.min(burst, Number(row['tokens']) + earned) : burst
        if (tokens < 1) return { taken: false, waitMs: Math.ceil(((1 - tokens) * 60_000) / perMinute) }
        put.run(key, tokens - 1, at)
        return { taken: true }
      }),
  }
}

export function sqliteSettings({ db }: { db: Db }): Settings {
  const find = db.prepare('select value from setting where name = ?')
  const put = db.prepare('insert into setting values (?, ?) on conflict do update set value = excluded.value')
  return {
    get: async <T>(name: string) => parsed<T>(find.get(name), 'value'),
    set: async (name, value) => void put.run(name, JSON.stringify(value ?? null)),
  }
}

export function sqliteAudit({ db }: { db: Db }): Audit {
  const insert = db.prepare('insert into audit (at, doc) values (?, ?)')
  const list = db.prepare('select doc from audit where at < ? order by at desc, id desc limit ?')
  return {
    append: async (entry) => void insert.run(entry.at, JSON.stringify(entry)),
    list: async ({ limit, before }) => parsedAll<AuditEntry>(list.all(before ?? Number.MAX_SAFE_INTEGER, limit)),
  }
}
