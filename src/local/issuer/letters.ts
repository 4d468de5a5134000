import type { Mail } from '#core/ports/news.ts'

/** The letters about accounts. Plain text first: it reads everywhere and hides nothing. */
export function accountMail(mail: Mail, site: string) {
  const letter = (to: string, subject: string, lines: string[]) => mail.send({ to, subject, text: `${lines.join('\n\n')}\n\n${site}\n` })
  return {
    verify: (to: string, url: string) =>
      letter(to, 'Confirm your e-mail for Genzo · メールアドレスの確認 · 确认邮箱', [
        'Open this link to confirm your e-mail address:',
        'このリンクを開いてメールアドレスを確認してください：',
        '请打开此链接以确认您的邮箱：',
        url,
      ]),
    resetPassword: (to: string, url: string) =>
      letter(to, 'Choose a new password for Genzo · パスワードの再設定 · 重设密码', [
        'Open this link within an hour to choose a new password. If you did not ask for it, ignore this letter: nothing has changed.',
        '1 時間以内にこのリンクを開いて新しいパスワードを設定してください。お心当たりがなければ、このメールは無視してください。',
        '请在一小时内打开此链接设置新密码。如果这不是您的请求，请忽略此邮件，什么都不会改变。',
        url,
      ]),
    invite: (to: string, url: string) =>
      letter(to, 'You are invited to Genzo · Genzo への招待 · Genzo 邀请', [
        'Open this link within seven days to register:',
        '7 日以内にこのリンクを開いて登録してください：',
        '请在七天内打开此链接注册：',
        url,
      ]),
  }
}
