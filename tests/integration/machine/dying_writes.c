/* Ends the process by SIGKILL before a chosen change of a file's bytes, size or name.
   Loaded before all other libraries; nothing is counted while `watched` is 0. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

int watched, reached, kill_at;

static void reach(void)
{
    if (watched && ++reached == kill_at)
        kill(getpid(), SIGKILL);
}

#define WATCHED(result, name, parameters, arguments) \
    result name parameters \
    { \
        static result (*next) parameters; \
        if (!next) \
            *(void **)&next = dlsym(RTLD_NEXT, #name); \
        reach(); \
        return next arguments; \
    }

WATCHED(ssize_t, write, (int file, const void *from, size_t size), (file, from, size))
WATCHED(ssize_t, pwrite, (int file, const void *from, size_t size, off_t at), (file, from, size, at))
WATCHED(ssize_t, pwrite64, (int file, const void *from, size_t size, off64_t at),
        (file, from, size, at))
WATCHED(int, ftruncate, (int file, off_t size), (file, size))
WATCHED(int, ftruncate64, (int file, off64_t size), (file, size))
WATCHED(int, unlink, (const char *path), (path))
WATCHED(int, rename, (const char *from, const char *to), (from, to))
WATCHED(ssize_t, sendfile, (int to, int from, off_t *at, size_t size), (to, from, at, size))
WATCHED(ssize_t, copy_file_range,
        (int from, off64_t *at, int to, off64_t *to_at, size_t size, unsigned flags),
        (from, at, to, to_at, size, flags))
