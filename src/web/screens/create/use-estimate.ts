import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { GenerationRequest } from '#core/generation.ts'
import { request } from '../../api/client.ts'
import type { EstimateView } from '../../api/types.ts'

const SETTLE_MS = 350

/**
 * What the draft would cost and what would remain, asked when the hands rest. The words of a prompt do not change a price,
 * so they are not sent.
 */
export function useEstimate(draft: GenerationRequest | undefined) {
  const priced =
    draft &&
    JSON.stringify({ ...draft, ...(draft.prompt !== undefined && { prompt: 'x' }), ...(draft.negativePrompt && { negativePrompt: 'x' }) })
  const [settled, setSettled] = useState(priced)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(priced), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [priced])
  return useQuery({
    queryKey: ['usage', 'estimate', settled],
    queryFn: ({ signal }) => request<EstimateView>('POST', '/api/estimates', { body: JSON.parse(settled!), signal }),
    enabled: settled !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
  })
}
