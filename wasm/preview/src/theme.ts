// Light, dark, or as the system has it.
const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const key = 'nbt-preview-theme';

function stored(): Theme {
  try {
    return themes.find((theme) => theme === localStorage.getItem(key)) ?? 'system';
  } catch {
    return 'system'; // storage can be forbidden
  }
}

function apply(theme: Theme, button: HTMLButtonElement): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  button.setAttribute('aria-label', `Colours of the page: ${theme}`);
  button.textContent = { system: '◐', light: '☀', dark: '☾' }[theme];
}

export function setUpTheme(button: HTMLButtonElement): void {
  let theme = stored();
  apply(theme, button);
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] as Theme;
    apply(theme, button);
    try {
      localStorage.setItem(key, theme);
    } catch {
      // It holds until the page is closed.
    }
  });
}
