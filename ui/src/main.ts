import "./styles/index.css";
import { mount } from "svelte";
import App from "./app/App.svelte";
import { guessLocale, showLocale } from "./app/locale.svelte";
import { showTheme } from "./app/theme.svelte";

// Before the first answer: the system's theme and language, so that nothing flashes.
showTheme("system");
showLocale(guessLocale());
mount(App, { target: document.getElementById("app")! });
