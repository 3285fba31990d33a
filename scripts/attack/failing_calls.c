/* Preloaded into a command: makes the n-th call of some kinds fail, below one directory.

   cc -shared -fPIC -O2 -o failing_calls.so failing_calls.c -ldl

   Nothing happens until attack_arm is called. A call counts if its path, or that of its descriptor,
   lies below the directory; relative paths do, for the command's own directory is that one.
   After attack_log, calls that a power cut makes matter are written down, one a line. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { OPEN = 1, READ = 2, WRITE = 4, SYNC = 8, RENAME = 16, UNLINK = 32, MAKE = 64, LIST = 128,
       STAT = 256, MAP = 512, TRUNCATE = 1024 };
enum { FAIL, FAIL_FROM_HERE, SHORTEN, KILL };

static char below[4096];
static size_t below_length;
static unsigned armed;
static long nth;
static int action, failure;
static long *count;

void attack_arm(const char *directory, unsigned kinds, long n, int what, int error, long *counter)
{
    below_length = strlen(directory);
    memcpy(below, directory, below_length + 1);
    nth = n; action = what; failure = error; count = counter;
    armed = kinds;
}

static int log_at = -1;

void attack_log(int descriptor) { log_at = descriptor; }

/* Write down what is about to be done. The names do not hold tabs. */
static void note(const char *what, const char *path, const char *to)
{
    int before = errno;
    if (log_at >= 0) dprintf(log_at, "%s\t%s\t%s\n", what, path, to);
    errno = before;
}

static void note_at(const char *what, int descriptor)
{
    if (log_at < 0) return;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0 || path[0] != '/') return;
    path[length] = 0;
    note(what, path, "");
}

static int is_below(const char *path)
{
    if (!path) return 0;
    if (path[0] != '/') return 1;
    return !strncmp(path, below, below_length)
        && (path[below_length] == '/' || !path[below_length]);
}

/* Whether this call is to fail; the kill does not return. */
static int struck(unsigned kind, const char *path)
{
    if (!(armed & kind) || !is_below(path)) return 0;
    long number = __atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
    if (number < nth || (number > nth && action != FAIL_FROM_HERE)) return 0;
    if (action == KILL) kill(getpid(), SIGKILL);
    errno = failure;
    return 1;
}

static int struck_at(unsigned kind, int descriptor)
{
    if (!(armed & kind)) return 0;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return path[0] == '/' ? struck(kind, path) : 0; /* not "pipe:[1]" */
}

#define REAL(name, type, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name);

#define OPENS(name) \
    int name(const char *path, int flags, ...) { \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        REAL(name, int, const char *, int, mode_t) \
        return struck(OPEN, path) ? -1 : real(path, flags, mode); }
OPENS(open)
OPENS(open64)

#define OPENS_AT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
        REAL(name, int, int, const char *, int, mode_t) \
        return struck(OPEN, path) ? -1 : real(at, path, flags, mode); }
OPENS_AT(openat)
OPENS_AT(openat64)

/* Shortened, a transfer does a part of what was asked for, as it may. */
#define TRANSFERS(name, kind, buffer_type) \
    ssize_t name(int at, buffer_type buffer, size_t size) { \
        REAL(name, ssize_t, int, buffer_type, size_t) \
        if (kind == WRITE && at != log_at) note_at("write", at); \
        if (!struck_at(kind, at)) return real(at, buffer, size); \
        return action == SHORTEN ? real(at, buffer, size > 1 ? size / 2 : size) : -1; }
TRANSFERS(read, READ, void *)
TRANSFERS(write, WRITE, const void *)

#define TRANSFERS_AT(name, kind, buffer_type) \
    ssize_t name(int at, buffer_type buffer, size_t size, off_t offset) { \
        REAL(name, ssize_t, int, buffer_type, size_t, off_t) \
        if (!struck_at(kind, at)) return real(at, buffer, size, offset); \
        return action == SHORTEN ? real(at, buffer, size > 1 ? size / 2 : size, offset) : -1; }
TRANSFERS_AT(pread, READ, void *)
TRANSFERS_AT(pread64, READ, void *)
TRANSFERS_AT(pwrite, WRITE, const void *)
TRANSFERS_AT(pwrite64, WRITE, const void *)

#define BY_DESCRIPTOR(name, kind) \
    int name(int at) { REAL(name, int, int) note_at("sync", at); return struck_at(kind, at) ? -1 : real(at); }
BY_DESCRIPTOR(fsync, SYNC)
BY_DESCRIPTOR(fdatasync, SYNC)

int unlink(const char *path)
{
    REAL(unlink, int, const char *)
    note("remove", path, "");
    return struck(UNLINK, path) ? -1 : real(path);
}

int rmdir(const char *path)
{
    REAL(rmdir, int, const char *)
    return struck(UNLINK, path) ? -1 : real(path);
}

int unlinkat(int at, const char *path, int flags)
{
    REAL(unlinkat, int, int, const char *, int)
    note_at("remove from", at);
    if (!(flags & AT_REMOVEDIR)) note("remove", path, "");
    return struck(UNLINK, path) ? -1 : real(at, path, flags);
}

int rename(const char *from, const char *to)
{
    REAL(rename, int, const char *, const char *)
    note("rename", from, to);
    return struck(RENAME, to) ? -1 : real(from, to);
}

int renameat(int from_at, const char *from, int to_at, const char *to)
{
    REAL(renameat, int, int, const char *, int, const char *)
    note("rename", from, to);
    return struck(RENAME, to) ? -1 : real(from_at, from, to_at, to);
}

int renameat2(int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    REAL(renameat2, int, int, const char *, int, const char *, unsigned)
    note("rename", from, to);
    return struck(RENAME, to) ? -1 : real(from_at, from, to_at, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
    REAL(mkdir, int, const char *, mode_t)
    return struck(MAKE, path) ? -1 : real(path, mode);
}

int chmod(const char *path, mode_t mode)
{
    REAL(chmod, int, const char *, mode_t)
    return struck(MAKE, path) ? -1 : real(path, mode);
}

DIR *opendir(const char *path)
{
    REAL(opendir, DIR *, const char *)
    return struck(LIST, path) ? NULL : real(path);
}

DIR *fdopendir(int at)
{
    REAL(fdopendir, DIR *, int)
    return struck_at(LIST, at) ? NULL : real(at);
}

#define STATS(name, structure) \
    int name(const char *path, struct structure *found) { \
        REAL(name, int, const char *, struct structure *) \
        return struck(STAT, path) ? -1 : real(path, found); }
STATS(stat, stat)
STATS(stat64, stat64)
STATS(lstat, stat)
STATS(lstat64, stat64)

int access(const char *path, int mode)
{
    REAL(access, int, const char *, int)
    return struck(STAT, path) ? -1 : real(path, mode);
}

#define MAPS(name) \
    void *name(void *at, size_t size, int protection, int flags, int descriptor, off_t offset) { \
        REAL(name, void *, void *, size_t, int, int, int, off_t) \
        if (descriptor >= 0 && struck_at(MAP, descriptor)) return MAP_FAILED; \
        return real(at, size, protection, flags, descriptor, offset); }
MAPS(mmap)
MAPS(mmap64)

#define TRUNCATES(name) \
    int name(int at, off_t size) { \
        REAL(name, int, int, off_t) return struck_at(TRUNCATE, at) ? -1 : real(at, size); }
TRUNCATES(ftruncate)
TRUNCATES(ftruncate64)

#define ALLOCATES(name) \
    int name(int at, off_t offset, off_t size) { \
        REAL(name, int, int, off_t, off_t) \
        return struck_at(TRUNCATE, at) ? failure : real(at, offset, size); }
ALLOCATES(posix_fallocate)
ALLOCATES(posix_fallocate64)
