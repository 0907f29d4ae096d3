/* How long a server takes from fork to its first 200.
 *
 *   bench_ready RUNS PATH COMMAND [ARGUMENT...]
 *
 * Starts the command RUNS times, each time on a port that was free a moment ago: the argument
 * `{port}` becomes its number. Prints the median in milliseconds. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 10000.0
#define RUNS_MAX 101
#define PORT_TEXT 8

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct sockaddr_in loopback(unsigned port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

static unsigned free_port(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        perror("bench_ready: no free port");
        exit(1);
    }
    close(fd);
    return ntohs(address.sin_port);
}

/* 1 when the answer is a 200; 0 when nobody answers yet. */
static int asks_well(unsigned port, const char *path)
{
    struct sockaddr_in address = loopback(port);
    char request[512];
    char answer[64] = "";
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int size =
        snprintf(request, sizeof request,
                 "GET %s HTTP/1.1\r\nHost: localhost:%u\r\nConnection: close\r\n\r\n", path, port);

    int well = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
               write(fd, request, (size_t)size) == size &&
               recv(fd, answer, sizeof answer - 1, 0) > 0 &&
               strncmp(answer, "HTTP/1.1 200", strlen("HTTP/1.1 200")) == 0;
    close(fd);
    return well;
}

static pid_t start(char **command, const char *port)
{
    pid_t pid = fork();

    if (pid != 0) {
        return pid;
    }
    for (char **argument = command; *argument != NULL; argument++) {
        if (strcmp(*argument, "{port}") == 0) {
            *argument = strdup(port);
        }
    }
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    execvp(command[0], command);
    _exit(127);
}

static double one_run(char **command, const char *path)
{
    /* Half a millisecond too much at the most. Asking ten times as often costs the one measured
     * two: refused connections are work for the kernel, on the processors that it starts on. */
    const struct timespec pause = {.tv_nsec = 500 * 1000};
    unsigned port = free_port();
    char text[PORT_TEXT];

    snprintf(text, sizeof text, "%u", port);
    double begun = now_ms();
    pid_t pid = start(command, text);
    while (!asks_well(port, path)) {
        if (now_ms() - begun > PATIENCE_MS || waitpid(pid, NULL, WNOHANG) != 0) {
            fprintf(stderr, "bench_ready: %s never answered 200 on %s\n", command[0], path);
            kill(pid, SIGKILL);
            exit(1);
        }
        nanosleep(&pause, NULL);
    }
    double taken = now_ms() - begun;
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    return taken;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    double taken[RUNS_MAX];
    size_t runs = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;

    if (runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "usage: bench_ready RUNS PATH COMMAND [ARGUMENT...]\n");
        return 2;
    }
    for (size_t i = 0; i < runs; i++) {
        taken[i] = one_run(argv + 3, argv[2]);
    }
    qsort(taken, runs, sizeof taken[0], by_size);
    printf("%.2f\n", taken[runs / 2]);
    return 0;
}
