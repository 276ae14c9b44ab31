// Runs before the first paint, so that a dark page never flashes white.
// The rest of the page uses it as window.wenquTheme.
(() => {
  const NAME = 'wenqu.theme';
  const dark = matchMedia('(prefers-color-scheme: dark)');

  const chosen = () => {
    try {
      return localStorage.getItem(NAME) ?? 'system';
    } catch {
      return 'system'; // Storage is refused to pages in some private windows.
    }
  };

  const apply = () => {
    const choice = chosen();
    const isDark = choice === 'dark' || (choice === 'system' && dark.matches);
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  };

  window.wenquTheme = {
    chosen,
    choose(choice) {
      if (choice === 'system') localStorage.removeItem(NAME);
      else localStorage.setItem(NAME, choice);
      apply();
    },
  };
  dark.addEventListener('change', apply);
  apply();
})();
