// What a plain program streams, with one write a block: sends each client the blocks that it asks for, until it goes
// away: blocking-source [PORT]. A block begins with its number in eight bytes, the highest first; the byte at any other
// position i is i * 31 + 7. Prints its port.
#include <arpa/inet.h>
#include <endian.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void require(int succeeded, const char *what) {
    if (!succeeded) {
        perror(what);
        exit(1);
    }
}

static int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
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

static int write_all(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t count = write(fd, bytes, length);
        if (count == -1) {
            return 0;
        }
        bytes += count;
        length -= count;
    }
    return 1;
}

// Eight bytes, two numbers: the bytes of a block, and how to write it, which is always at once here.
static size_t requested_bytes(int fd) {
    uint32_t request[2];
    require(recv(fd, request, sizeof request, MSG_WAITALL) == sizeof request, "request");
    return be32toh(request[0]);
}

static void send_blocks(int fd, size_t block_bytes) {
    char *block = malloc(block_bytes);
    require(block != NULL && block_bytes >= 8, "block");
    for (size_t i = 0; i < block_bytes; i++) {
        block[i] = (char) (i * 31 + 7);
    }
    uint64_t number = 0, bytes;
    do {
        bytes = htobe64(number++);
        memcpy(block, &bytes, sizeof bytes);
    } while (write_all(fd, block, block_bytes));
    free(block);
}

int main(int argc, char **argv) {
    signal(SIGPIPE, SIG_IGN);
    int listener = listen_on(argc > 1 ? atoi(argv[1]) : 0);
    while (1) {
        int fd = accept(listener, NULL, NULL);
        require(fd != -1, "accept");
        set_no_delay(fd);
        send_blocks(fd, requested_bytes(fd));
        close(fd);
    }
}
