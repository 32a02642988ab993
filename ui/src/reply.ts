// The page of the reply box: a window of its own, which loads as little as one chat needs.
import "./styles/index.css";
import { mount } from "svelte";
import { guessLocale, showLocale } from "./app/locale.svelte";
import ReplyBox from "./app/ReplyBox.svelte";
import { showTheme } from "./app/theme.svelte";

showTheme("system");
showLocale(guessLocale());
mount(ReplyBox, { target: document.getElementById("app")! });
