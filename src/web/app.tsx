import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { isPassing } from './api/problem.ts'
import { RequireSession } from './session/require-session.tsx'
import { CrashGuard } from './ui/crash-guard.tsx'
import { Loading } from './ui/notes.tsx'
import { Shell } from './ui/shell.tsx'
import { Toasts } from './ui/toasts.tsx'

// Each screen is a chunk of its own: the first screen pays for itself alone.
const screen = <K extends string>(load: () => Promise<Record<K, React.ComponentType>>, name: K) =>
  lazy(async () => ({ default: (await load())[name] }))
const Create = screen(() => import('./screens/create/create-screen.tsx'), 'CreateScreen')
const Library = screen(() => import('./screens/library/library-screen.tsx'), 'LibraryScreen')
const Detail = screen(() => import('./screens/detail/detail-screen.tsx'), 'DetailScreen')
const Albums = screen(() => import('./screens/albums/albums-screen.tsx'), 'AlbumsScreen')
const Album = screen(() => import('./screens/albums/album-screen.tsx'), 'AlbumScreen')
const Upload = screen(() => import('./screens/upload/upload-screen.tsx'), 'UploadScreen')
const SignIn = screen(() => import('./screens/sign-in/sign-in-screen.tsx'), 'SignInScreen')
const Register = screen(() => import('./screens/sign-in/register-screen.tsx'), 'RegisterScreen')
const TwoFactor = screen(() => import('./screens/sign-in/two-factor-screen.tsx'), 'TwoFactorScreen')
const Forgot = screen(() => import('./screens/sign-in/forgot-screen.tsx'), 'ForgotScreen')
const Reset = screen(() => import('./screens/sign-in/reset-screen.tsx'), 'ResetScreen')
const SignedIn = screen(() => import('./screens/sign-in/signed-in-screen.tsx'), 'SignedInScreen')
const Share = screen(() => import('./screens/share/share-screen.tsx'), 'ShareScreen')
const Account = screen(() => import('./screens/account/account-screen.tsx'), 'AccountScreen')
const Goodbye = screen(() => import('./screens/account/goodbye-screen.tsx'), 'GoodbyeScreen')
const NotFound = screen(() => import('./screens/not-found-screen.tsx'), 'NotFoundScreen')

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (failures, error) => failures < 2 && isPassing(error),
      // News comes by the feed; asking again at every focus would only load the server.
      refetchOnWindowFocus: false,
    },
    mutations: { retry: false },
  },
})

/** The studio: pages anybody may see, then those behind sign-in within the shell. */
export function App() {
  return (
    <QueryClientProvider client={queries}>
      <CrashGuard>
        <Suspense fallback={<Loading />}>
          <Switch>
            <Route path="/sign-in" component={SignIn} />
            <Route path="/register" component={Register} />
            <Route path="/two-factor" component={TwoFactor} />
            <Route path="/forgot" component={Forgot} />
            <Route path="/reset-password" component={Reset} />
            <Route path="/signed-in" component={SignedIn} />
            <Route path="/goodbye" component={Goodbye} />
            <Route path="/s/:linkId" component={Share} />
            <Route>
              <RequireSession>
                <Shell>
                  <Studio />
                </Shell>
              </RequireSession>
            </Route>
          </Switch>
        </Suspense>
      </CrashGuard>
      <Toasts />
    </QueryClientProvider>
  )
}

function Studio() {
  return (
    <CrashGuard>
      <Suspense fallback={<Loading />}>
        <Switch>
          <Route path="/" component={Create} />
          <Route path="/create">
            <Redirect to="/" replace />
          </Route>
          <Route path="/library" component={Library} />
          <Route path="/trash" component={Library} />
          <Route path="/images/:imageId" component={Detail} />
          <Route path="/albums" component={Albums} />
          <Route path="/albums/:albumId" component={Album} />
          <Route path="/upload" component={Upload} />
          <Route path="/account/*?" component={Account} />
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </CrashGuard>
  )
}
