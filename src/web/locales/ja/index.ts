import account from './account.ts'
import albums from './albums.ts'
import auth from './auth.ts'
import common from './common.ts'
import create from './create.ts'
import detail from './detail.ts'
import errors from './errors.ts'
import library from './library.ts'
import marks from './marks.ts'
import share from './share.ts'
import tasks from './tasks.ts'
import upload from './upload.ts'

export default { account, albums, auth, common, create, detail, errors, library, marks, share, tasks, upload }
