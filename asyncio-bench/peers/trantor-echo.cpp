// Trantor with one event loop: trantor-echo [PORT]. Prints its port.
#include <cstdlib>
#include <iostream>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <trantor/net/EventLoop.h>
#include <trantor/net/TcpServer.h>
#include <trantor/utils/Logger.h>

static void require_no_delay(int fd) {
    int on = 1;
    socklen_t length = sizeof on;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, length);
    if (getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, &length) != 0 || !on) {
        throw std::runtime_error("TCP_NODELAY is off");
    }
}

int main(int argc, char **argv) {
    unsigned short port = argc > 1 ? std::atoi(argv[1]) : 0;
    trantor::Logger::setLogLevel(trantor::Logger::kWarn);
    trantor::EventLoop loop;
    trantor::TcpServer server(&loop, trantor::InetAddress("127.0.0.1", port), "echo");
    server.setAfterAcceptSockOptCallback(require_no_delay);
    server.setRecvMessageCallback([](const trantor::TcpConnectionPtr &connection, trantor::MsgBuffer *buffer) {
        connection->send(buffer->peek(), buffer->readableBytes());
        buffer->retrieveAll();
    });
    server.start();
    std::cout << "listening on port " << server.address().toPort() << std::endl;
    loop.loop();
}
