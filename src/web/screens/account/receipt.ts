/** What an erasure removed, store by store, as the API answers it. */
export type Receipt = { ownerId: string; at: string; stores: { store: string; removed?: number; note: string }[] }
const KEY = 'genzo.receipt'

/** The receipt outlives the account: kept for this tab, until it is closed. */
export const keepReceipt = (receipt: Receipt): void => sessionStorage.setItem(KEY, JSON.stringify(receipt))
export const keptReceipt = (): Receipt | undefined => (JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Receipt | null) ?? undefined
