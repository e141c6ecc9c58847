// Has a server TCP_NODELAY on? Those that cannot read it back themselves are asked by it, and tests ask the others:
// no-delay SECONDS tcp|websocket COMMAND...
//
// Starts the server, which prints its port at the end of a line, has it serve a connection, reads the option of its end
// of it, and ends the server, at the latest after so many seconds. The status is 0 if it is on, 1 if it is off, and else
// another. Linux 5.6 or newer.
#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t server;
static char too_late[64];

static void finish(int status, const char *what) {
    if (server > 0) {
        kill(server, SIGKILL);
        waitpid(server, NULL, 0);
    }
    printf("%s\n", what);
    exit(status);
}

static void require(int condition, const char *what) {
    if (!condition) {
        finish(2, what);
    }
}

static void give_up(int signal) {
    (void) signal;
    kill(server, SIGKILL);
    _exit(write(STDOUT_FILENO, too_late, strlen(too_late)) > 0 ? 2 : 3); // exit might wait for the stream that is read
}

static int start(int seconds, char **command) {
    int output[2];
    require(pipe(output) == 0, "no pipe");
    server = fork();
    require(server >= 0, "no process");
    if (server == 0) {
        dup2(output[1], STDOUT_FILENO);
        close(output[0]);
        close(output[1]);
        execvp(command[0], command);
        _exit(127);
    }
    snprintf(too_late, sizeof too_late, "the server takes more than %d s\n", seconds);
    signal(SIGALRM, give_up);
    alarm(seconds);
    close(output[1]);
    FILE *lines = fdopen(output[0], "r");
    char line[256];
    require(fgets(line, sizeof line, lines) != NULL, "the server prints no port");
    const char *port = strrchr(line, ' ');
    return atoi(port == NULL ? line : port);
}

static int connect_to(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    require(connect(fd, (struct sockaddr *) &address, sizeof address) == 0, "no connection");
    return fd;
}

// Eight bytes for a server that echoes; for one that streams, they ask for blocks of 64 bytes.
static void exchange(int fd) {
    const char request[8] = {0, 0, 0, 64, 0, 0, 0, 0};
    require(write(fd, request, sizeof request) == (ssize_t) sizeof request, "no request");
    char reply;
    require(read(fd, &reply, 1) == 1, "the server does not reply");
}

static void upgrade(int fd, int port) {
    char request[256];
    int length = snprintf(request, sizeof request,
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n", port);
    require(write(fd, request, length) == length, "no request");
    char reply[64] = "";
    require(read(fd, reply, sizeof reply - 1) > 0 && strstr(reply, " 101 ") != NULL, "the server does not upgrade");
}

static int is_other_end(int fd, in_port_t port) {
    struct sockaddr_in peer;
    socklen_t length = sizeof peer;
    return getpeername(fd, (struct sockaddr *) &peer, &length) == 0 && peer.sin_port == port;
}

// A copy of the server's descriptor for its end of a connection that comes from a port.
static int other_end(in_port_t port) {
    int process = syscall(SYS_pidfd_open, server, 0);
    require(process >= 0, "the system does not open processes");
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd", server);
    DIR *descriptors = opendir(path);
    require(descriptors != NULL, "the server's descriptors are not to be seen");
    struct dirent *entry;
    while ((entry = readdir(descriptors)) != NULL) {
        int copy = syscall(SYS_pidfd_getfd, process, atoi(entry->d_name), 0);
        if (copy >= 0 && is_other_end(copy, port)) {
            return copy;
        }
        close(copy);
    }
    finish(2, "the server's end of the connection is not to be seen");
    return -1;
}

int main(int count, char **arguments) {
    const char *protocol = count > 3 ? arguments[2] : "";
    int is_websocket = strcmp(protocol, "websocket") == 0;
    require(is_websocket || strcmp(protocol, "tcp") == 0, "no-delay SECONDS tcp|websocket COMMAND...");
    int port = start(atoi(arguments[1]), arguments + 3);
    int fd = connect_to(port);
    if (is_websocket) {
        upgrade(fd, port);
    } else {
        exchange(fd);
    }
    struct sockaddr_in own;
    socklen_t length = sizeof own;
    require(getsockname(fd, (struct sockaddr *) &own, &length) == 0, "no address");
    int on = 0;
    length = sizeof on;
    int end = other_end(own.sin_port);
    require(getsockopt(end, IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0, "TCP_NODELAY cannot be read");
    finish(on ? 0 : 1, on ? "TCP_NODELAY is on" : "TCP_NODELAY is off");
}
