import common from './common.ts'
import errors from './errors.ts'

export default { common, errors }
