// The floor of the echo tables: one thread, one epoll, one read and one write a message: epoll-echo [PORT [spin]].
// With "spin" it polls without ever waiting. Prints its port.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 * 1024, BATCH = 256 };

// What a connection has read and not yet written. While there is such a rest, it is not read from. Memory for it is taken
// with the first, so that a connection of a brief message has none.
struct connection {
    int fd;
    size_t position, limit;
    char *rest;
};

static int epoll;
static char buffer[BUFFER_BYTES];

static void require(int succeeded, const char *what) {
    if (!succeeded) {
        perror(what);
        exit(1);
    }
}

static void watch(int operation, int fd, uint32_t events, void *data) {
    struct epoll_event event = {.events = events, .data.ptr = data};
    require(epoll_ctl(epoll, operation, fd, &event) == 0, "epoll_ctl");
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    socklen_t length = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    require(bind(fd, (struct sockaddr *) &address, length) == 0 && listen(fd, 1024) == 0, "listen");
    getsockname(fd, (struct sockaddr *) &address, &length);
    printf("listening on port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

static void set_no_delay(int fd) {
    int on = 1;
    socklen_t length = sizeof on;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, length);
    require(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &length) == 0 && on, "TCP_NODELAY");
}

static void accept_all(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) != -1) {
        set_no_delay(fd);
        struct connection *connection = calloc(1, sizeof *connection);
        require(connection != NULL, "calloc");
        connection->fd = fd;
        watch(EPOLL_CTL_ADD, fd, EPOLLIN, connection);
    }
}

static void end(struct connection *connection) {
    close(connection->fd);
    free(connection->rest);
    free(connection);
}

static void keep_rest(struct connection *connection, size_t position, size_t limit) {
    if (connection->rest == NULL) {
        require((connection->rest = malloc(BUFFER_BYTES)) != NULL, "malloc");
    }
    memcpy(connection->rest + position, buffer + position, limit - position);
    connection->position = position;
    connection->limit = limit;
    watch(EPOLL_CTL_MOD, connection->fd, EPOLLOUT, connection);
}

static void echo(struct connection *connection) {
    ssize_t count = read(connection->fd, buffer, BUFFER_BYTES);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN) {
            end(connection);
        }
        return;
    }
    ssize_t written = write(connection->fd, buffer, count);
    if (written == -1 && errno != EAGAIN) {
        end(connection);
    } else if (written < count) {
        keep_rest(connection, written == -1 ? 0 : written, count);
    }
}

static void write_rest(struct connection *connection) {
    ssize_t written = write(connection->fd, connection->rest + connection->position,
                            connection->limit - connection->position);
    if (written == -1 && errno != EAGAIN) {
        end(connection);
        return;
    }
    connection->position += written == -1 ? 0 : written;
    if (connection->position == connection->limit) {
        watch(EPOLL_CTL_MOD, connection->fd, EPOLLIN, connection);
    }
}

int main(int argc, char **argv) {
    int patience = argc > 2 && strcmp(argv[2], "spin") == 0 ? 0 : -1;
    struct epoll_event events[BATCH];
    signal(SIGPIPE, SIG_IGN);
    require((epoll = epoll_create1(0)) != -1, "epoll_create1");
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    watch(EPOLL_CTL_ADD, listener, EPOLLIN, NULL);
    while (1) {
        int count = epoll_wait(epoll, events, BATCH, patience);
        require(count != -1 || errno == EINTR, "epoll_wait");
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == NULL) {
                accept_all(listener);
            } else if (events[i].events & EPOLLOUT) {
                write_rest(connection);
            } else {
                echo(connection);
            }
        }
    }
}
