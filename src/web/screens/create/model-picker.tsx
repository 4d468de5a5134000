import { Check, Clock, Sparkles } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '#core/task.ts'
import type { ModelView } from '../../api/types.ts'
import { date, money, number } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import styles from './create.module.css'
import { modelsFor } from './draft.ts'

type Props = { models: readonly ModelView[]; task: Task; chosen: ModelView; onChoose: (modelId: string) => void }

/** The models that do this task with what each costs and how long it takes. Retired ones are shown as such, and cannot be chosen. */
export function ModelPicker({ models, task, chosen, onChoose }: Props) {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const able = modelsFor(models, task)
  const choose = (id: string) => {
    onChoose(id)
    setOpen(false)
  }

  return (
    <>
      <button type="button" className={styles.chosenModel} onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Sparkles size={18} aria-hidden="true" />
        <span className={styles.grow}>
          <span className={styles.modelName}>{chosen.name}</span>
          <ModelFacts model={chosen} />
        </span>
        <span className={styles.change}>{t('create.change')}</span>
      </button>
      <Dialog isOpen={isOpen} onClose={() => setOpen(false)} title={t('create.chooseModel')} isWide>
        <ul className={styles.models}>
          {able.map((model) => {
            const isRetired = model.lifecycle.state === 'retired'
            return (
              <li key={model.id} className={styles.model} data-retired={isRetired || undefined}>
                <div className={styles.grow}>
                  <h3>{model.name}</h3>
                  <ModelFacts model={model} />
                  <LifecycleNote model={model} models={models} />
                  {model.note && <p className={styles.hint}>{model.note}</p>}
                </div>
                {model.id === chosen.id ? (
                  <span className={styles.current}>
                    <Check size={18} aria-hidden="true" /> {t('create.chosen')}
                  </span>
                ) : (
                  <Button look="outline" size="small" disabled={isRetired} onClick={() => choose(model.id)}>
                    {t('create.choose')}
                  </Button>
                )}
              </li>
            )
          })}
        </ul>
        <p className={styles.hint}>{t('create.priceNote', { date: date(chosen.price.asOf) })}</p>
      </Dialog>
    </>
  )
}

function ModelFacts({ model }: { model: ModelView }) {
  const { t } = useTranslation()
  return (
    <span className={styles.facts}>
      {model.isProcedural && <Badge>{t('marks.procedural')}</Badge>}
      <span>
        {model.price.microUsdPerImage === 0 ? t('create.free') : t('create.perImage', { price: money(model.price.microUsdPerImage) })}
      </span>
      <span>
        <Clock size={13} aria-hidden="true" /> {t('create.seconds', { seconds: number(model.typicalSeconds) })}
      </span>
    </span>
  )
}

function LifecycleNote({ model: { lifecycle }, models }: { model: ModelView; models: readonly ModelView[] }) {
  const { t } = useTranslation()
  if (lifecycle.state === 'active') return null
  const successor = models.find(({ id }) => id === lifecycle.successor)?.name ?? lifecycle.successor
  const when = lifecycle.retiredOn ? date(lifecycle.retiredOn) : undefined
  return (
    <p className={styles.lifecycle}>
      {lifecycle.state === 'retired'
        ? when
          ? t('create.retiredOn', { date: when })
          : t('create.retired')
        : when
          ? t('create.endsOn', { date: when })
          : t('create.legacy')}
      {successor && ` ${t('create.successor', { name: successor })}`}
    </p>
  )
}
