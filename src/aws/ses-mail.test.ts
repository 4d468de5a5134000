import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2'
import { describe, expect, it } from 'vitest'
import { endpointOf, freshAccount, SERVER_FOR } from '../../e2e/aws/servers.ts'
import { sesMail } from './ses-mail.ts'

const letter = { to: 'ada@example.com', subject: '画像ができました', text: 'Your picture is ready.', html: '<p>Your picture is ready.</p>' }

describe('mail by SES', () => {
  it('sends the letter as it is, in any language', async () => {
    // moto keeps what was sent and shows it; MiniStack takes it and does not.
    const ses = new SESv2Client(freshAccount(SERVER_FOR.ses))
    await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: 'studio@example.com' }))
    await sesMail({ ses, from: 'studio@example.com' }).send(letter)
    const kept = await (await fetch(`${endpointOf(SERVER_FOR.ses)}/moto-api/data.json`)).json()
    const sent = JSON.stringify(kept.ses?.Message ?? kept.sesv2 ?? {})
    expect(sent).toContain('Your picture is ready.')
  })

  it('fails with unavailable when the sender is not verified', async () => {
    const ses = new SESv2Client(freshAccount(SERVER_FOR.ses))
    const sending = sesMail({ ses, from: 'nobody@elsewhere.example' }).send(letter)
    await expect(sending).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('fails with unavailable when SES does not answer', async () => {
    const ses = new SESv2Client({ ...freshAccount(SERVER_FOR.ses), endpoint: 'http://127.0.0.1:9', maxAttempts: 1 })
    await expect(sesMail({ ses, from: 'studio@example.com' }).send(letter)).rejects.toMatchObject({ code: 'unavailable' })
  })
})
