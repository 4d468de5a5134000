import { Minus, Plus, Sparkles } from 'lucide-react'
import type { FormEvent, KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { ParameterSpec } from '#core/model.ts'
import type { Task } from '#core/task.ts'
import type { ModelTaskView, ModelView } from '../../api/types.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { ErrorNote } from '../../ui/notes.tsx'
import styles from './create.module.css'
import { type Draft, type DraftEvent, liveTasks, missingOf, requestOf } from './draft.ts'
import { EstimateLine } from './estimate-line.tsx'
import { InputSlot } from './input-slot.tsx'
import { ModelPicker } from './model-picker.tsx'
import { ParameterField } from './parameter-field.tsx'
import { PromptHelp } from './prompt-help.tsx'
import { SeedField } from './seed-field.tsx'
import { SizePicker } from './size-picker.tsx'
import { StylePresets } from './style-presets.tsx'
import { useEstimate } from './use-estimate.ts'

type Props = {
  draft: Draft
  dispatch: (event: DraftEvent) => void
  models: readonly ModelView[]
  chosen: { model: ModelView; task: ModelTaskView }
  isSending: boolean
  error: unknown
  onSubmit: () => void
}
const MARGINS = ['left', 'right', 'up', 'down']
const MOST_IMAGES = 10

/** The form of one model's task, drawn from its entry in the catalogue: only what the model can do, the rare knobs folded away. */
export function CreateForm({ draft, dispatch, models, chosen: { model, task }, isSending, error, onSubmit }: Props) {
  const { t } = useTranslation()
  const missing = missingOf(draft, task)
  const estimate = useEstimate(missing.length === 0 ? requestOf(draft, model, task) : undefined)
  const canSend = missing.length === 0 && !isSending

  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (canSend) onSubmit()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit(event)
  }
  const knob = (spec: ParameterSpec) => (
    <ParameterField
      key={spec.name}
      spec={spec}
      value={draft.parameters[spec.name]}
      onChange={(value) => dispatch({ type: 'parameter', name: spec.name, value })}
    />
  )
  const stylePreset = task.parameters.find(({ name, type }) => name === 'stylePreset' && type === 'choice')
  const plain = task.parameters.filter((spec) => spec !== stylePreset)
  const rare = plain.filter(({ advanced }) => advanced)

  return (
    <form className={styles.form} onSubmit={submit} onKeyDown={onKeyDown} aria-label={t('create.form')}>
      <SelectField
        label={t('create.task')}
        value={draft.task}
        onChange={(event) => dispatch({ type: 'task', task: event.target.value as Task })}
      >
        {liveTasks(models).map((one) => (
          <option key={one} value={one}>
            {t(`tasks.${one}`)}
          </option>
        ))}
      </SelectField>
      {task.inputs
        .filter(({ role }) => role !== 'mask')
        .map(({ role, required }) => (
          <InputSlot
            key={role}
            role={role}
            isRequired={required}
            imageId={draft.inputs.find((input) => input.role === role)?.imageId}
            onChange={(imageId) => dispatch({ type: 'input', role, imageId })}
          />
        ))}
      {task.prompt !== 'none' && (
        <TextArea
          label={t('create.prompt')}
          placeholder={t('create.promptPlaceholder')}
          rows={5}
          className={styles.prompt}
          maxLength={task.maxPromptLength}
          value={draft.prompt}
          autoFocus
          onChange={(event) => dispatch({ type: 'edit', change: { prompt: event.target.value } })}
        />
      )}
      {task.prompt !== 'none' && (
        <PromptHelp draft={draft} model={model} onAccept={(prompt) => dispatch({ type: 'edit', change: { prompt } })} />
      )}
      <ModelPicker models={models} task={draft.task} chosen={model} onChoose={(modelId) => dispatch({ type: 'model', modelId })} />
      <SizePicker draft={draft} task={task} dispatch={dispatch} />
      {stylePreset?.type === 'choice' && (
        <StylePresets
          options={stylePreset.options}
          value={draft.parameters.stylePreset as string | undefined}
          onChange={(value) => dispatch({ type: 'parameter', name: 'stylePreset', value })}
        />
      )}
      <div className={styles.margins} data-margins={plain.some(({ name }) => MARGINS.includes(name)) || undefined}>
        {plain.filter((spec) => !spec.advanced).map(knob)}
      </div>
      <details className={styles.more}>
        <summary>{t('create.advanced')}</summary>
        <div className={styles.stack}>
          {task.negativePrompt && (
            <TextArea
              label={t('create.negative')}
              rows={2}
              value={draft.negativePrompt}
              onChange={(event) => dispatch({ type: 'edit', change: { negativePrompt: event.target.value } })}
            />
          )}
          {task.seed && <SeedField draft={draft} max={task.seed.max} dispatch={dispatch} />}
          {rare.map(knob)}
        </div>
      </details>
      <div className={styles.foot}>
        <EstimateLine estimate={estimate.data} error={estimate.error} missing={missing} />
        <div className={styles.send}>
          <Count value={draft.count} onChange={(count) => dispatch({ type: 'edit', change: { count } })} />
          <Button type="submit" look="primary" size="large" className={styles.make} disabled={!canSend} isBusy={isSending}>
            {!isSending && <Sparkles size={18} aria-hidden="true" />}
            {t('create.make')}
          </Button>
        </div>
      </div>
      {error ? <ErrorNote error={error} onRetry={onSubmit} /> : null}
    </form>
  )
}

function Count({ value, onChange }: { value: number; onChange: (count: number) => void }) {
  const { t } = useTranslation()
  return (
    <fieldset className={styles.count} aria-label={t('create.count')}>
      <IconButton label={t('create.fewer')} size="small" disabled={value <= 1} onClick={() => onChange(value - 1)}>
        <Minus size={17} aria-hidden="true" />
      </IconButton>
      <output aria-live="polite">{value}</output>
      <IconButton label={t('create.another')} size="small" disabled={value >= MOST_IMAGES} onClick={() => onChange(value + 1)}>
        <Plus size={17} aria-hidden="true" />
      </IconButton>
    </fieldset>
  )
}
