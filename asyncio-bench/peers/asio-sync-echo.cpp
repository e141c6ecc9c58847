// Asio in blocking style, a thread for each connection: asio-sync-echo [PORT]. Prints its port.
#include <asio.hpp>
#include <cstdlib>
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>

using asio::ip::tcp;

// How much is read at once: little, so that a connection of one brief message pays for no more, and most once that was full.
static constexpr std::size_t FIRST_BYTES = 4 * 1024, MOST_BYTES = 64 * 1024;

static void echo(tcp::socket socket) {
    std::vector<char> buffer(FIRST_BYTES);
    asio::error_code failure;
    while (true) {
        std::size_t count = socket.read_some(asio::buffer(buffer), failure);
        if (failure) {
            return;
        }
        asio::write(socket, asio::buffer(buffer, count), failure);
        if (failure) {
            return;
        }
        if (count == buffer.size()) {
            buffer.resize(MOST_BYTES);
        }
    }
}

static void require_no_delay(tcp::socket &socket) {
    socket.set_option(tcp::no_delay(true));
    tcp::no_delay read_back;
    socket.get_option(read_back);
    if (!read_back.value()) {
        throw std::runtime_error("TCP_NODELAY is off");
    }
}

int main(int argc, char **argv) {
    unsigned short port = argc > 1 ? std::atoi(argv[1]) : 0;
    asio::io_context context;
    tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), port));
    std::cout << "listening on port " << acceptor.local_endpoint().port() << std::endl;
    while (true) {
        tcp::socket socket = acceptor.accept();
        require_no_delay(socket);
        std::thread(echo, std::move(socket)).detach();
    }
}
