import { imagesContract } from '#core/ports/images.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteImages } from './sqlite-images.ts'

imagesContract(async () => sqliteImages({ db: openDatabase(':memory:') }))
