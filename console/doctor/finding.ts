/** One line of what the doctor says. */
export interface Finding {
  about: 'settings' | 'version' | 'graph' | 'token' | 'permissions' | 'app secret' | 'catalog' | 'quota' | 'sandbox';
  state: 'ok' | 'warn' | 'wrong';
  message: string;
  /** What to do; null when there is nothing to do. */
  remedy: string | null;
}

type About = Finding['about'];

export const ok = (about: About, message: string): Finding => ({ about, state: 'ok', message, remedy: null });
export const warn = (about: About, message: string, remedy: string): Finding => ({
  about,
  state: 'warn',
  message,
  remedy,
});
export const wrong = (about: About, message: string, remedy: string): Finding => ({
  about,
  state: 'wrong',
  message,
  remedy,
});
