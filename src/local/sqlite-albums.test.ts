import { albumsContract } from '#core/ports/albums.contract.ts'
import { openDatabase } from './sqlite.ts'
import { sqliteAlbums } from './sqlite-albums.ts'

albumsContract(async () => sqliteAlbums({ db: openDatabase(':memory:') }))
