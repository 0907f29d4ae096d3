#include "server/tools/browser.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/str.h"

#define WORDS_MAX 16

/* What the environment has under a name. NULL: nothing, or a text without a character. */
static const char *value_of(const char *name)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? NULL : value;
}

/* The first of the commands that BROWSER lists, which colons separate. NULL: nobody can be asked.
 */
static const char *opener(struct arena *arena)
{
    const char *all = value_of("BROWSER");
    if (all != NULL) {
        return arena_strndup(arena, all, strcspn(all, ":"));
    }
    return value_of("DISPLAY") != NULL || value_of("WAYLAND_DISPLAY") != NULL ? "xdg-open" : NULL;
}

/* The command's words, with the URL for %s, or behind them. */
static void fill_words(struct arena *arena, const char *text, const char *url,
                       char *words[WORDS_MAX + 2])
{
    size_t count = 0, size = 0;
    bool has_url = false;
    for (const char *word; count < WORDS_MAX && (word = str_next_word(&text, &size)) != NULL;) {
        words[count] = arena_strndup(arena, word, size);
        if (str_equal(words[count], "%s")) {
            words[count] = arena_strdup(arena, url);
            has_url = true;
        }
        count++;
    }
    words[count] = has_url ? NULL : arena_strdup(arena, url);
    words[count + 1] = NULL;
}

/* It says what it has to say to nobody: our own output may be read by a program. */
static bool start(char *const *words)
{
    pid_t pid = 0;
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) {
        return false;
    }
    bool is_begun =
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        posix_spawnp(&pid, words[0], &actions, NULL, words, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return is_begun;
}

bool browser_open(struct arena *arena, const char *url)
{
    char *words[WORDS_MAX + 2] = {NULL};
    const char *text = isatty(STDERR_FILENO) == 1 ? opener(arena) : NULL;
    if (text == NULL) {
        return false;
    }
    fill_words(arena, text, url, words);
    return words[1] != NULL && start(words);
}
